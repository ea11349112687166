import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { listDoors } from '../../../api/functions';
import { ShownDoor } from '../../../api/models';
import { Language } from '../../core/language';
import { again } from '../../ui/again';
import { Copied } from '../../ui/copied';
import { Listing, paged } from '../../ui/listing';
import { load } from '../../ui/load';
import { Look, Standing } from '../../ui/standing';
import { WORDS } from './words';

const LOOKS: Record<string, Look> = { starting: 'busy', open: 'good', failing: 'bad', closed: 'still' };

/** The lines of the configuration that open a mailbox, and how the doors are that are open. */
@Component({
  selector: 'pb-begin-mailbox',
  imports: [Copied, Listing, Standing],
  templateUrl: './mailbox.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Mailbox {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly host = signal('imap.example.com');
  protected readonly user = signal('bounces');
  protected readonly file = signal('/run/secrets/imap');
  protected readonly after = signal('keep');
  protected readonly found = load(() => this.api.invoke(listDoors));
  protected readonly doors = paged(this.found);
  protected readonly lines = computed(() =>
    [
      '[doors.bounces]',
      'kind = "imap"',
      ...Object.entries({
        host: this.host(),
        user: this.user(),
        password_file: this.file(),
        after: this.after(),
      }).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ].join('\n'),
  );

  constructor() {
    again(() => this.found.reload());
  }

  protected lookOf(door: ShownDoor): Look {
    return LOOKS[door.condition] ?? 'still';
  }
}
