import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../core/language';
import { Toasting } from '../core/toasting';
import { Icon } from '../ui/icon';

@Component({
  selector: 'pb-toasts',
  imports: [Icon],
  template: `<div class="stack" role="status" aria-live="polite">
    @for (toast of toasting.toasts(); track toast.id) {
      <div class="toast" [class.problem]="toast.isProblem">
        <span>{{ toast.text }}</span>
        @if (toast.link; as link) {
          <a class="button small" [href]="link.href" target="_blank">{{ link.text }}</a>
        }
        @if (toast.undo) {
          <button class="button small" type="button" (click)="toasting.undo(toast.id)">
            <pb-icon name="undo" />{{ words().frame.undo }}
          </button>
        }
        <button
          class="button bare icon small"
          type="button"
          (click)="toasting.dismiss(toast.id)"
          [attr.aria-label]="words().frame.close"
        >
          <pb-icon name="close" />
        </button>
      </div>
    }
  </div>`,
  styles: `
    .stack {
      position: fixed;
      inset: auto 16px 16px auto;
      z-index: 60;
      display: grid;
      gap: 8px;
      max-width: min(480px, calc(100vw - 32px));
    }
    .toast {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 8px 8px 8px 14px;
      border-radius: 4px;
      background: var(--ink);
      color: var(--panel);
      box-shadow: var(--shadow);
    }
    .toast .button {
      color: inherit;
      background: none;
      border-color: currentColor;
    }
    .toast .bare {
      border-color: transparent;
    }
    .problem {
      background: var(--act);
      color: var(--on-act);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Toasts {
  protected readonly toasting = inject(Toasting);
  protected readonly words = inject(Language).words;
}
