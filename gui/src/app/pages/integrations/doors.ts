import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Copied } from '../../ui/copied';
import { WORDS } from './words';

/** Ways in that are commands. */
@Component({
  selector: 'pb-doors',
  imports: [Copied],
  template: `<section class="panel body">
    <p class="quiet">{{ own().doorsHint }}</p>
    @for (way of ways(); track way.name) {
      <div class="way">
        <h2>{{ way.name }}</h2>
        <pb-copied [text]="way.command" [label]="way.name" />
      </div>
    }
  </section>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Doors {
  protected readonly own = inject(Language).of(WORDS);
  protected readonly ways = computed(() =>
    Object.entries({
      mail: 'prellbock ingest ~/Maildir/bounces',
      log: 'prellbock ingest --follow --format postfix /var/log/mail.log',
      http: `curl -H "Authorization: Bearer TOKEN" ${location.origin}/v1/events -T events.ndjson -X POST`,
      csv: 'prellbock suppressions import suppressions.csv',
    }).map(([name, command]) => ({ name: this.own().doors[name] ?? name, command })),
  );
}
