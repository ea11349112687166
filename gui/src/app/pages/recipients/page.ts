import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Fault } from '../../ui/fault';
import { Listing } from '../../ui/listing';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { Status } from '../../ui/status';
import { FAULT_OF } from '../../core/taxonomy';
import { Bulk } from './bulk';
import { StoryView } from './story';
import { STATUSES, Store } from './store';
import { WORDS } from './words';

/** Who is not mailed, and the story of one address. */
@Component({
  selector: 'pb-recipients',
  imports: [Bulk, Fault, Listing, Sheet, State, Status, StoryView],
  providers: [Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly statuses = STATUSES;

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }

  protected find(event: Event): void {
    event.preventDefault();
    const address = String(new FormData(event.target as HTMLFormElement).get('address')).trim();
    if (address) {
      this.filters.set({ address });
    }
  }

  protected pick(event: Event): void {
    this.filters.set({ status: (event.target as HTMLSelectElement).value, cursor: null });
  }
}
