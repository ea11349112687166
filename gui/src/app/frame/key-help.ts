import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, viewChild } from '@angular/core';

import { Language } from '../core/language';
import { Icon } from '../ui/icon';

@Component({
  selector: 'pb-key-help',
  imports: [Icon],
  template: `<dialog #dialog aria-labelledby="keys-title">
    <header>
      <h2 id="keys-title">{{ words().frame.keys }}</h2>
      <button class="button bare icon" type="button" (click)="dialog.close()" [attr.aria-label]="words().frame.close">
        <pb-icon name="close" />
      </button>
    </header>
    <dl>
      @for (each of keys(); track each[0]) {
        <dt>
          @for (key of each[0].split(' '); track key) {
            <kbd>{{ key }}</kbd>
          }
        </dt>
        <dd>{{ each[1] }}</dd>
      }
    </dl>
  </dialog>`,
  styles: `
    dialog {
      border: 1px solid var(--line);
      border-radius: 6px;
      padding: 0 16px 16px;
      background: var(--panel);
      color: var(--ink);
      box-shadow: var(--shadow);
    }
    dialog::backdrop {
      background: rgb(0 0 0 / 35%);
    }
    header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      height: 48px;
    }
    dl {
      display: grid;
      grid-template-columns: max-content 1fr;
      gap: 8px 20px;
      margin: 0;
    }
    dd {
      margin: 0;
    }
    kbd {
      border: 1px solid var(--line-strong);
      border-radius: 3px;
      padding: 1px 6px;
      margin-right: 4px;
      font: 12px var(--mono);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class KeyHelp {
  protected readonly words = inject(Language).words;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly keys = computed<[string, string][]>(() => {
    const keys = this.words().keys;
    return [
      ['/', keys.search],
      ['Ctrl K', keys.palette],
      ['↓ j', keys.next],
      ['↑ k', keys.previous],
      ['Enter', keys.open],
      ['Esc', keys.close],
      ['d r t u p n i s h', keys.pages],
      ['?', keys.help],
    ];
  });

  open(): void {
    this.dialog().nativeElement.showModal();
  }
}
