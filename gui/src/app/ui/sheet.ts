import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  OnDestroy,
  afterNextRender,
  inject,
  input,
  output,
} from '@angular/core';

import { Language } from '../core/language';
import { Icon } from './icon';

/** Details at the right side, so that the list keeps its place. Escape closes it and gives the focus back. */
@Component({
  selector: 'pb-sheet',
  imports: [Icon],
  template: `<header>
      <h2 tabindex="-1">{{ heading() }}</h2>
      <button class="button bare icon" type="button" (click)="closed.emit()" [attr.aria-label]="words().frame.close">
        <pb-icon name="close" />
      </button>
    </header>
    <div class="body"><ng-content /></div>`,
  styles: `
    :host {
      position: fixed;
      inset: 0 0 0 auto;
      z-index: 35;
      display: flex;
      flex-direction: column;
      width: min(560px, 100vw);
      background: var(--panel);
      border-left: 1px solid var(--line-strong);
      box-shadow: var(--shadow);
    }
    :host(.wide) {
      width: min(880px, 100vw);
    }
    header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-height: var(--bar);
      padding: 0 12px 0 16px;
      border-bottom: 1px solid var(--line);
    }
    h2 {
      font-size: 16px;
      outline: none;
    }
    .body {
      flex: 1;
      overflow: auto;
      padding: 16px;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      gap: 16px;
    }
  `,
  host: {
    role: 'complementary',
    '[class.wide]': 'wide()',
    '[attr.aria-label]': 'heading()',
    '(document:keydown.escape)': 'closed.emit()',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sheet implements OnDestroy {
  readonly heading = input.required<string>();
  /** Room for two columns. */
  readonly wide = input(false);
  readonly closed = output();
  protected readonly words = inject(Language).words;
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly before = document.activeElement as HTMLElement | null;

  constructor() {
    afterNextRender(() => this.host.querySelector('h2')?.focus());
  }

  ngOnDestroy(): void {
    this.before?.focus?.();
  }
}
