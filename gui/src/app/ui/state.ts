import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Language } from '../core/language';
import { Loaded } from './load';
import { Icon } from './icon';

/** What stands in the place of something that is not there yet (its shape), or failed (what to do). */
@Component({
  selector: 'pb-state',
  imports: [Icon],
  template: `@if (of().problem(); as problem) {
      <div class="problem" role="alert">
        <pb-icon name="incidents" />
        <span>{{ words().states.failed }} {{ sentence(language.said(problem)) }}</span>
        <button class="button small" type="button" (click)="of().reload()">{{ words().states.retry }}</button>
      </div>
    } @else if (of().value() === null) {
      <div class="shape" role="status" [attr.aria-label]="words().states.loading">
        @for (line of shape(); track $index) {
          <i [style.width.%]="line"></i>
        }
      </div>
    }`,
  styles: `
    :host {
      display: contents;
    }
    .problem {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      padding: 12px;
      color: var(--act);
    }
    .problem span {
      flex: 1 1 180px;
    }
    .shape {
      display: grid;
      gap: 12px;
      padding: 16px 12px;
    }
    .shape i {
      height: 10px;
      border-radius: 2px;
      background: var(--line);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class State {
  readonly of = input.required<Loaded<unknown>>();
  readonly lines = input(5);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly sentence = sentence;
  protected readonly shape = computed(() => Array.from({ length: this.lines() }, (_, n) => 92 - ((n * 37) % 45)));
}

/** What the server says, as a sentence behind another one. */
function sentence(text: string): string {
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
