import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Language } from '../../core/language';
import { Copied } from '../../ui/copied';
import { WORDS } from './words';

/** Logs that are followed, and where they usually stand. */
const LOGS: Record<string, string> = {
  postfix: '/var/log/mail.log',
  exim: '/var/log/exim4/mainlog',
  sendmail: '/var/log/mail.log',
  powermta: '/var/log/pmta/acct.csv',
  kumomta: '/var/log/kumomta',
};

/** The command that follows the log of a mail server. */
@Component({
  selector: 'pb-followed-log',
  imports: [Copied],
  template: `<div class="fields">
      <label class="field"
        >{{ own().kind }}
        <select class="input" (change)="choose($any($event.target).value)">
          @for (each of kinds; track each) {
            <option [value]="each" [selected]="each === kind()">{{ each }}</option>
          }
        </select>
      </label>
      <label class="field"
        >{{ own().path }}
        <input
          class="input"
          autocomplete="off"
          autocapitalize="none"
          [value]="path()"
          (input)="path.set($any($event.target).value)"
        />
      </label>
    </div>
    <p class="prose">{{ own().logIntro }}</p>
    <pb-copied [text]="command()" [label]="own().kind" />`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FollowedLog {
  protected readonly own = inject(Language).of(WORDS);
  protected readonly kinds = Object.keys(LOGS);
  protected readonly kind = signal('postfix');
  protected readonly path = signal(LOGS['postfix'] ?? '');
  protected readonly command = computed(
    () => `prellbock ingest --follow --format ${this.kind()} ${quoted(this.path())}`,
  );

  protected choose(kind: string): void {
    this.kind.set(kind);
    this.path.set(LOGS[kind] ?? '');
  }
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
