import { ChangeDetectionStrategy, Component, DestroyRef, inject, signal, viewChild } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';

import { waiting } from '../core/busy';
import { Keys } from '../core/keys';
import { Language } from '../core/language';
import { KeyHelp } from './key-help';
import { Palette } from './palette';
import { Rail } from './rail';
import { TopBar } from './top-bar';
import { Tour } from './tour';

/** What stands around every page: rail, top bar, and the two things that open over it. */
@Component({
  selector: 'pb-frame',
  imports: [RouterOutlet, Rail, TopBar, Palette, KeyHelp, Tour],
  template: `
    <a class="skip" href="#content" (click)="skip($event)">{{ words().frame.skip }}</a>
    <pb-rail [(narrow)]="narrow" />
    <div class="main">
      <pb-top-bar role="banner" (commands)="palette().open()" />
      <main id="content" tabindex="-1"><router-outlet /></main>
    </div>
    <pb-palette />
    <pb-key-help />
    <pb-tour />
  `,
  styles: `
    :host {
      display: flex;
      height: 100dvh;
    }
    .main {
      flex: 1;
      min-width: 0;
      display: flex;
      flex-direction: column;
    }
    main {
      position: relative;
      flex: 1;
      min-height: 0;
      overflow: auto;
      outline: none;
    }
    .skip {
      position: absolute;
      left: -999px;
      z-index: 99;
      padding: 8px 12px;
      background: var(--panel);
    }
    .skip:focus {
      left: 8px;
      top: 8px;
    }
    @media (max-width: 760px) {
      main {
        padding-bottom: 64px;
      }
    }
    @media print {
      :host {
        display: block;
        height: auto;
      }
      main {
        overflow: visible;
      }
    }
  `,
  host: { '[attr.data-busy]': "waiting() > 0 ? '' : null" },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Frame {
  protected readonly words = inject(Language).words;
  protected readonly waiting = waiting;
  protected readonly narrow = signal(window.innerWidth < 1100);
  protected readonly palette = viewChild.required(Palette);
  private readonly help = viewChild.required(KeyHelp);

  constructor() {
    const keys = inject(Keys);
    const destroyed = inject(DestroyRef);
    const router = inject(Router);
    keys.on('ctrl+k', () => this.palette().open(), destroyed);
    keys.on('?', () => this.help().open(), destroyed);
    for (const [key, path] of Object.entries(LETTERS)) {
      keys.on(key, () => void router.navigate([path], { queryParamsHandling: 'preserve' }), destroyed);
    }
  }

  protected skip(event: Event): void {
    event.preventDefault();
    document.getElementById('content')?.focus();
  }
}

/** Letters that lead to a page. */
export const LETTERS: Record<string, string> = {
  d: '/dashboard',
  r: '/responses',
  t: '/templates',
  u: '/rules',
  p: '/policies',
  n: '/recipients',
  i: '/incidents',
  s: '/settings',
  h: '/help',
};
