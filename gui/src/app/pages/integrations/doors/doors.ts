import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Api } from '../../../../api/api';
import { listDoors } from '../../../../api/functions';
import { ShownDoor } from '../../../../api/models';
import { Language } from '../../../core/language';
import { again } from '../../../ui/again';
import { Copied } from '../../../ui/copied';
import { Listing, paged } from '../../../ui/listing';
import { load } from '../../../ui/load';
import { Look, Standing } from '../../../ui/standing';
import { ApartList } from './apart';
import { WORDS } from './words';

const LOOKS: Record<string, Look> = { starting: 'busy', open: 'good', failing: 'bad', closed: 'still' };

/** What stands in the file of the server, as an example. */
const EXAMPLE = `[doors.bounces]
kind = "imap"
host = "imap.example.com"
user = "bounces"
password_file = "/run/secrets/imap"`;

/** Ways in beside webhooks: doors that the server opens itself, what they have set apart, and commands. */
@Component({
  selector: 'pb-doors',
  imports: [ApartList, Copied, Listing, Standing],
  templateUrl: './doors.html',
  styleUrl: '../parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Doors {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly example = EXAMPLE;
  private readonly all = load(() => this.api.invoke(listDoors));
  protected readonly page = paged(this.all);
  protected readonly ways = computed(() =>
    Object.entries({
      mail: 'prellbock ingest ~/Maildir/bounces',
      log: 'prellbock ingest --follow --format postfix /var/log/mail.log',
      http: `curl -H "Authorization: Bearer TOKEN" ${location.origin}/v1/events -T events.ndjson -X POST`,
      csv: 'prellbock suppressions import suppressions.csv',
    }).map(([name, command]) => ({ name: this.own().ways[name] ?? name, command })),
  );

  constructor() {
    again(() => this.all.reload());
  }

  protected standingOf({ condition }: ShownDoor): { look: Look; text: string } {
    return { look: LOOKS[condition] ?? 'still', text: this.own().conditions[condition] ?? condition };
  }
}
