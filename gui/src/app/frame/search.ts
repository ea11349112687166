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
  const inRules = { icon: 'rules', name: words.frame.rulesWith(text), path: ['/rules'], params: { search: text } };
  const inTemplates = {
    icon: 'templates',
    name: words.frame.templatesWith(text),
    path: ['/templates'],
    params: { search: text, work: 'all' },
  };
  if (!/^\S+@\S+\.\S+$/.test(text)) {
    return [inResponses, inRules, inTemplates];
  }
  const story = {
    icon: 'recipients',
    name: words.frame.openRecipient(text),
    path: ['/recipients'],
    params: { address: text },
  };
  return [story, inResponses];
}
