import { inject } from '@angular/core';
import { CanActivateFn, Router, Routes } from '@angular/router';

import { Session } from './core/session';

/** Who is not signed in is led to the door, and back to where they wanted to go. */
const signedIn: CanActivateFn = (_, state) =>
  inject(Session).user() !== null || inject(Router).createUrlTree(['/sign-in'], { queryParams: { to: state.url } });

export const routes: Routes = [
  { path: 'sign-in', title: 'Prellbock', loadComponent: () => import('./pages/sign-in/page').then((m) => m.Page) },
  { path: 'welcome', title: 'Prellbock', loadComponent: () => import('./pages/welcome/page').then((m) => m.Page) },
  {
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./frame/frame').then((m) => m.Frame),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'dashboard' },
      { path: 'dashboard', loadComponent: () => import('./pages/dashboard/page').then((m) => m.Page) },
      { path: 'responses', loadComponent: () => import('./pages/responses/page').then((m) => m.Page) },
      { path: 'templates', loadComponent: () => import('./pages/templates/page').then((m) => m.Page) },
      { path: 'rules', loadComponent: () => import('./pages/rules/page').then((m) => m.Page) },
      { path: 'policies', loadComponent: () => import('./pages/policies/page').then((m) => m.Page) },
      { path: 'recipients', loadComponent: () => import('./pages/recipients/page').then((m) => m.Page) },
      { path: 'incidents', loadComponent: () => import('./pages/incidents/page').then((m) => m.Page) },
      { path: 'proposals', loadComponent: () => import('./pages/proposals/page').then((m) => m.Page) },
      { path: 'reports', loadComponent: () => import('./pages/reports/page').then((m) => m.Page) },
      { path: 'integrations', loadComponent: () => import('./pages/integrations/page').then((m) => m.Page) },
      { path: 'settings', loadComponent: () => import('./pages/settings/page').then((m) => m.Page) },
      { path: 'help', loadComponent: () => import('./pages/help/page').then((m) => m.Page) },
      { path: '**', loadComponent: () => import('./pages/not-found/page').then((m) => m.Page) },
    ],
  },
];
