/** Pictures of a card as SVG: shapes with classes, coloured by cards.css; no mark-up and no style comes from a message. */
const { CardElement, GlobalRegistry } = globalThis.AdaptiveCards;

const namespace = 'http://www.w3.org/2000/svg';
const anchors = { middle: 'middle', right: 'end' };
let drawn = 0;

/** A picture in two widths; cards.css shows the one for which there is room. */
class PictureElement extends CardElement {
  getJsonTypeName() {
    return 'Drover.Picture';
  }

  parse(source, context) {
    super.parse(source, context);
    this.pictures = { wide: source.wide, narrow: source.narrow };
  }

  internalRender() {
    const element = document.createElement('div');
    element.className = 'pictures';
    for (const [size, picture] of Object.entries(this.pictures))
      element.append(drawPicture(picture, size));
    return element;
  }
}

export function registerPictures() {
  GlobalRegistry.elements.register('Drover.Picture', PictureElement);
}

function drawPicture({ width, height, margin, title, alt, shapes }, size) {
  drawn += 1;
  const names = [`picture-${drawn}-title`, `picture-${drawn}-text`];
  const image = { role: 'img', 'aria-labelledby': names[0], 'aria-describedby': names[1] };
  // It begins where the texts of its card do; a stroke is wider than its shape.
  const viewBox = `${margin - 1} 0 ${width - 2 * margin + 2} ${height}`;
  const svg = make('svg', {
    class: `picture ${size}`,
    viewBox,
    ...image,
  });
  svg.append(make('title', { id: names[0] }, title), make('desc', { id: names[1] }, alt));
  svg.append(...shapes.map(drawShape));
  return svg;
}

function drawShape(shape) {
  const { x, y } = shape;
  const look = { class: shape.look };
  if (shape.shape === 'line')
    return make('line', { ...look, x1: x, x2: x, y1: shape.y1, y2: shape.y2 });
  if (shape.shape === 'box') {
    const { width, height } = shape;
    return make('rect', { ...look, x, y, width, height, rx: 2 });
  }
  const align = shape.align ? { 'text-anchor': anchors[shape.align] } : {};
  const strong = shape.isStrong ? { 'font-weight': 600 } : {};
  const written = { ...look, x, y, 'font-size': shape.size, ...align, ...strong };
  return make('text', written, shape.text);
}

function make(name, attributes, text = '') {
  const element = document.createElementNS(namespace, name);
  for (const [attribute, value] of Object.entries(attributes))
    element.setAttribute(attribute, value);
  element.textContent = text;
  return element;
}
