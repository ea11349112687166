import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';
import cronstrue from 'cronstrue';
import 'cronstrue/locales/de';

import { Api } from '../../api/api';
import { readSchedule } from '../../api/functions';
import { Language } from '../core/language';
import { load } from './load';
import { WORDS } from './schedule-words';

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const SUGGESTED = ['', 'hourly', `daily 03:00 ${ZONE}`, `weekly mon 06:30 ${ZONE}`] as const;
const TYPED_MS = 300;

/** When something runs by itself: entered in words or as cron, told in a sentence, with the next three times. */
@Component({
  selector: 'pb-schedule-field',
  template: `<label class="field"
      >{{ own().schedule }}
      <input
        class="input mono"
        name="schedule"
        maxlength="100"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        [placeholder]="own().example"
        [value]="text()"
        (input)="typed($any($event.target).value)"
      />
    </label>
    <div class="row" role="group" [attr.aria-label]="own().schedule">
      @for (each of suggested; track each; let at = $index) {
        <button
          class="button small"
          type="button"
          [class.primary]="each === text()"
          [attr.aria-pressed]="each === text()"
          (click)="choose(each)"
        >
          {{ own().suggested[at] }}
        </button>
      }
    </div>
    <div role="status">
      @if (read.problem(); as problem) {
        <span class="error">{{ language.said(problem) }}</span>
      } @else if (read.value(); as found) {
        <strong>{{ sentence() }}</strong>
        <span class="quiet"> ({{ found.zone }})</span>
        <ol [attr.aria-label]="own().next">
          @for (each of found.next; track $index) {
            <li>{{ language.moment(each) }}</li>
          }
        </ol>
      }
    </div>`,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
    }
    .input {
      max-width: 420px;
    }
    ol {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 16px;
      margin: 4px 0 0;
      padding: 0;
      list-style: none;
      color: var(--ink-2);
      font-size: 13px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ScheduleField {
  readonly of = input<string | null>(null);
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly suggested = SUGGESTED;
  protected readonly text = signal('');
  protected readonly read = load(() => {
    const schedule = this.text().trim();
    return schedule === '' ? null : this.api.invoke(readSchedule, { schedule });
  });
  protected readonly sentence = computed(() => {
    const found = this.read.value();
    return found === null ? '' : sentenceOf(found.cron, this.language.code());
  });
  private waiting = 0;

  constructor() {
    effect(() => this.text.set(this.of() ?? ''));
  }

  protected choose(text: string): void {
    window.clearTimeout(this.waiting);
    this.text.set(text);
  }

  protected typed(text: string): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.text.set(text), TYPED_MS);
  }
}

/** "Every day at 03:00" of the five fields of cron. */
export function sentenceOf(cron: string, locale: string): string {
  return cronstrue.toString(cron, { locale, use24HourTimeFormat: true, throwExceptionOnParseError: false });
}
