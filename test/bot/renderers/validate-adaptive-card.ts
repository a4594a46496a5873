/** What Microsoft's own parser says of a card; nothing is good. */
import { createRequire } from 'node:module';
import type * as AdaptiveCards from 'adaptivecards';

// The package's entry is ES modules without file endings, which Node refuses; its bundle is not.
const library: typeof AdaptiveCards = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
);

export function validateAdaptiveCard(json: { readonly version?: string }): readonly string[] {
  const context = new library.SerializationContext(library.Versions.v1_5);
  const card = new library.AdaptiveCard();
  card.parse(json, context);
  const parsed = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at));
  const found = [...parsed, ...card.validateProperties().validationEvents];
  const sentences = found.map((one) => `${library.ValidationEvent[one.event]}: ${one.message}`);
  // The parser takes 1.6 and no version at all without a word.
  return json.version === '1.5' ? sentences : [...sentences, `version ${json.version}`];
}
