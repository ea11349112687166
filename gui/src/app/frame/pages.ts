import { Words } from '../core/words/en';

export interface PageLink {
  path: string;
  icon: string;
  /** Shown only to who has this scope. */
  scope: string;
  name: (words: Words) => string;
}

/** What stands in the left rail, in its order. */
export const PAGES: readonly PageLink[] = [
  { path: '/dashboard', icon: 'dashboard', scope: 'read', name: (w) => w.pages.dashboard },
  { path: '/responses', icon: 'responses', scope: 'read', name: (w) => w.pages.responses },
  { path: '/templates', icon: 'templates', scope: 'read', name: (w) => w.pages.templates },
  { path: '/rules', icon: 'rules', scope: 'read', name: (w) => w.pages.rules },
  { path: '/policies', icon: 'policies', scope: 'read', name: (w) => w.pages.policies },
  { path: '/recipients', icon: 'recipients', scope: 'read', name: (w) => w.pages.recipients },
  { path: '/incidents', icon: 'incidents', scope: 'read', name: (w) => w.pages.incidents },
  { path: '/proposals', icon: 'proposals', scope: 'read', name: (w) => w.pages.proposals },
  { path: '/reports', icon: 'reports', scope: 'read', name: (w) => w.pages.reports },
  { path: '/integrations', icon: 'integrations', scope: 'admin', name: (w) => w.pages.integrations },
  { path: '/settings', icon: 'settings', scope: 'read', name: (w) => w.pages.settings },
  { path: '/help', icon: 'help', scope: 'read', name: (w) => w.pages.help },
];
