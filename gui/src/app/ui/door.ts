import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../core/language';

/** What stands around sign-in and welcome: the sign of the house. */
@Component({
  selector: 'pb-door',
  template: `<main class="panel">
      <svg viewBox="0 0 64 40" width="84" aria-hidden="true">
        <path d="M4 6h56v13H4z" fill="var(--act)" />
        <path d="M9 6l12 13M24 6l12 13M39 6l12 13" stroke="var(--panel)" stroke-width="4.5" />
        <path d="M14 19v17M50 19v17M4 36h56" stroke="currentColor" stroke-width="4" fill="none" />
      </svg>
      <h1>Prellbock</h1>
      <ng-content />
    </main>
    <footer>
      <button
        class="button bare small"
        type="button"
        (click)="language.code.set('de')"
        [disabled]="language.code() === 'de'"
      >
        Deutsch
      </button>
      <button
        class="button bare small"
        type="button"
        (click)="language.code.set('en')"
        [disabled]="language.code() === 'en'"
      >
        English
      </button>
    </footer>`,
  styles: `
    :host {
      display: grid;
      place-content: center;
      min-height: 100dvh;
      padding: 16px;
      gap: 12px;
    }
    main {
      width: min(380px, calc(100vw - 32px));
      display: grid;
      gap: 12px;
      padding: 32px;
    }
    h1 {
      font: 600 34px/36px var(--figures);
      letter-spacing: 0.01em;
    }
    footer {
      display: flex;
      justify-content: center;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Door {
  protected readonly language = inject(Language);
}
