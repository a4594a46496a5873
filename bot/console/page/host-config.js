/** Our look, for Microsoft's renderer. Colours are variables of console.css, so light and dark switch by themselves. */
const quiet = 'var(--quiet)';

const foregroundColors = Object.fromEntries(
  Object.entries({
    default: 'var(--text)',
    dark: 'var(--text)',
    light: quiet,
    accent: 'var(--accent)',
    good: 'var(--good)',
    warning: 'var(--warning)',
    attention: 'var(--bad)',
  }).map(([name, color]) => [name, { default: color, subtle: name === 'default' ? quiet : color }]),
);

const plain = { backgroundColor: 'transparent', borderColor: 'var(--line)', foregroundColors };
const tinted = { ...plain, backgroundColor: 'var(--tint)' };

export const hostConfig = {
  supportsInteractivity: true,
  fontTypes: {
    default: font('var(--font)', 14),
    monospace: font('var(--mono)', 13),
  },
  spacing: { none: 0, small: 4, default: 8, medium: 8, large: 12, extraLarge: 16, padding: 12 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  containerStyles: {
    default: plain,
    emphasis: tinted,
    accent: { ...plain, backgroundColor: 'var(--accent)' },
    good: tinted,
    warning: tinted,
    attention: tinted,
  },
  actions: {
    maxActions: 25,
    spacing: 'large',
    buttonSpacing: 8,
    showCard: { actionMode: 'inline', inlineTopMargin: 8, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    allowTitleToWrap: true,
  },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: { weight: 'bolder' },
      optionalInputs: { weight: 'bolder' },
    },
    errorMessage: { color: 'attention' },
  },
  factSet: {
    title: { weight: 'default', isSubtle: true, wrap: true, maxWidth: 160 },
    value: { wrap: true },
    spacing: 12,
  },
  table: { cellSpacing: 8 },
  textStyles: { columnHeader: { weight: 'default', isSubtle: true } },
};

function font(fontFamily, size) {
  return {
    fontFamily,
    fontSizes: { small: 12, default: size, medium: size, large: 16, extraLarge: 18 },
    fontWeights: { lighter: 400, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 22, extraLarge: 24 },
  };
}
