import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { RunRecord } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { Language } from '../../../core/language';
import { Listing, paged } from '../../../ui/listing';
import { Standing } from '../../../ui/standing';
import { State } from '../../../ui/state';
import { DOING_WORDS, LOOKS, ended } from '../doing';
import { Store } from './store';
import { WORDS } from './words';

/** What became of each run of an export; one of them with the files of its manifest. */
@Component({
  selector: 'pb-export-runs',
  imports: [Listing, Standing, State],
  templateUrl: './runs.html',
  styleUrl: '../details.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Runs {
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly words = this.language.of(DOING_WORDS);
  protected readonly page = paged(this.store.runs);

  protected stateOf({ state }: RunRecord) {
    const found = ended(state);
    return { look: LOOKS[found], text: this.words()[found] };
  }

  protected secondsOf({ at, ended }: RunRecord): number {
    return (Date.parse(ended ?? '') - Date.parse(at ?? '')) / 1000;
  }

  protected open({ run }: RunRecord): void {
    this.filters.set({ run: run === this.store.run() ? null : run });
  }
}
