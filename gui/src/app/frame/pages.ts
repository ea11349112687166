import { Filter } from '../core/filters';
import { Words } from '../core/words/en';

export interface PageLink {
  path: string;
  icon: string;
  /** Shown only to who has this scope. */
  scope: string;
  name: (words: Words) => string;
  /** The filters that change what it shows; no other is offered on it. */
  filters: readonly Chip[];
}

export type Chip = 'time' | keyof Pick<Filter, 'stream' | 'provider' | 'campaign'>;

const TRAFFIC: readonly Chip[] = ['time', 'stream', 'provider'];

/** What stands in the left rail, in its order. */
export const PAGES: readonly PageLink[] = [
  { path: '/dashboard', icon: 'dashboard', scope: 'read', name: (w) => w.pages.dashboard, filters: TRAFFIC },
  {
    path: '/responses',
    icon: 'responses',
    scope: 'read',
    name: (w) => w.pages.responses,
    filters: [...TRAFFIC, 'campaign'],
  },
  { path: '/templates', icon: 'templates', scope: 'read', name: (w) => w.pages.templates, filters: ['provider'] },
  { path: '/rules', icon: 'rules', scope: 'read', name: (w) => w.pages.rules, filters: ['time', 'provider'] },
  { path: '/policies', icon: 'policies', scope: 'read', name: (w) => w.pages.policies, filters: [] },
  { path: '/recipients', icon: 'recipients', scope: 'read', name: (w) => w.pages.recipients, filters: ['provider'] },
  { path: '/incidents', icon: 'incidents', scope: 'read', name: (w) => w.pages.incidents, filters: [] },
  { path: '/proposals', icon: 'proposals', scope: 'read', name: (w) => w.pages.proposals, filters: [] },
  { path: '/reports', icon: 'reports', scope: 'read', name: (w) => w.pages.reports, filters: [] },
  { path: '/integrations', icon: 'integrations', scope: 'admin', name: (w) => w.pages.integrations, filters: [] },
  { path: '/settings', icon: 'settings', scope: 'read', name: (w) => w.pages.settings, filters: [] },
  { path: '/help', icon: 'help', scope: 'read', name: (w) => w.pages.help, filters: [] },
];
