import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { ShownDelivery } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { Language } from '../../../core/language';
import { Toasting } from '../../../core/toasting';
import { Listing } from '../../../ui/listing';
import { State } from '../../../ui/state';
import { OUTCOMES, Store } from './store';
import { WORDS } from './words';

/** What became of each message of a destination; one of them with what is sent and what was answered. */
@Component({
  selector: 'pb-deliveries',
  imports: [Listing, State],
  templateUrl: './deliveries.html',
  styleUrl: '../details.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Deliveries {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly outcomes = [null, ...OUTCOMES];

  /** The request as it goes out: headers (queues have none), an empty line, the body. */
  protected written(shown: ShownDelivery): string {
    const headers = Object.entries(shown.headers ?? {}).map(([name, value]) => `${name}: ${value}\n`);
    return [...headers, headers.length ? '\n' : '', JSON.stringify(shown.body, null, 2)].join('');
  }

  protected async again(seqs: number[] | null): Promise<void> {
    const name = this.store.chosen();
    if (name === null) return;
    await this.toasting.attempt(async () => {
      const count = await this.store.sendAgain(name, seqs);
      this.toasting.show(this.own().sentAgain(this.language.number(count)));
    });
  }
}
