import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Language } from '../core/language';
import { Toasting } from '../core/toasting';
import { Icon } from './icon';

/** A text that is to be taken along: a command, an address, a secret that is shown once. */
@Component({
  selector: 'pb-copied',
  imports: [Icon],
  template: `<code tabindex="0" role="region" [class.lines]="lines()" [attr.aria-label]="label()">{{ text() }}</code>
    <button
      class="button small"
      type="button"
      (click)="copy()"
      [attr.aria-label]="words().states.copy + ': ' + label()"
    >
      <pb-icon name="copy" /> {{ words().states.copy }}
    </button>`,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: 8px;
      min-width: 0;
      padding: 6px 6px 6px 12px;
      border: 1px solid var(--line);
      border-radius: 4px;
      background: var(--surface);
    }
    code {
      flex: 1;
      min-width: 0;
      overflow-x: auto;
      white-space: pre;
    }
    @media (max-width: 760px) {
      :host:has(.lines) {
        flex-wrap: wrap;
      }
      .lines {
        flex-basis: 100%;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Copied {
  readonly text = input.required<string>();
  /** Several lines. */
  readonly lines = input(false);
  /** What it is. */
  readonly label = input.required<string>();
  private readonly toasting = inject(Toasting);
  protected readonly words = inject(Language).words;

  protected copy(): Promise<boolean> {
    return this.toasting.attempt(async () => {
      await navigator.clipboard.writeText(this.text());
      this.toasting.show(this.words().states.copied);
    });
  }
}
