import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { SyncRunRecord } from '../../../../api/models';
import { Language } from '../../../core/language';
import { Listing, paged } from '../../../ui/listing';
import { Look, Standing } from '../../../ui/standing';
import { DOING_WORDS, LOOKS, ended } from '../doing';
import { Store } from './store';
import { WORDS } from './words';

/** What became of each run of a sync. */
@Component({
  selector: 'pb-sync-runs',
  imports: [Listing, Standing],
  templateUrl: './runs.html',
  styleUrl: '../details.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SyncRuns {
  protected readonly store = inject(Store);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly words = this.language.of(DOING_WORDS);
  protected readonly page = paged(this.store.runs);

  protected stateOf({ state }: SyncRunRecord): { look: Look; text: string } {
    const found = ended(state);
    return { look: LOOKS[found], text: this.words()[found] };
  }
}
