import { Params } from '@angular/router';

import { Words } from '../core/words/en';

export interface Destination {
  icon: string;
  name: string;
  path: string[];
  params: Params;
}

/** Where a text can be looked for: an address leads to its story, everything else to the responses first. */
export function destinations(text: string, words: Words): Destination[] {
  const inResponses = {
    icon: 'responses',
    name: words.frame.searchFor(text),
    path: ['/responses'],
    params: { q: text },
  };
  return [inResponses];
}
