import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { LinkRecord } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { Listing, paged } from '../../ui/listing';
import { nameOf } from './months';
import { Store } from './store';
import { WORDS } from './words';

/** Links to this report: made, copied, revoked. */
@Component({
  selector: 'pb-report-sharing',
  imports: [Copied, Listing],
  templateUrl: './sharing.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sharing {
  protected readonly store = inject(Store);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly lengths = [7, 30, 90, 365];
  protected readonly usual = 30;
  protected readonly links = paged(this.store.links);
  private readonly locale = computed(() => (this.language.code() === 'de' ? 'de-DE' : 'en-GB'));
  protected readonly what = computed(() => this.named(this.store.month(), this.store.stream()));

  protected named(month: string, stream: string | null): string {
    return `${nameOf(month, this.locale())}, ${stream ?? this.own().all}`;
  }

  protected make(event: Event): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    void this.toasting.attempt(() =>
      this.store.link({
        month: this.store.month(),
        stream: this.store.stream(),
        days: Number(given.get('days')),
        language: given.get('language') as 'en' | 'de',
      }),
    );
  }

  protected async revoke(link: LinkRecord): Promise<void> {
    if (await this.toasting.attempt(() => this.store.revoke(link.number))) {
      this.toasting.show(this.own().revoked(this.named(link.month, link.stream)));
    }
  }
}
