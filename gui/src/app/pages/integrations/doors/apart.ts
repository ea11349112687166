import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Api } from '../../../../api/api';
import { dropApart, listApart } from '../../../../api/functions';
import { ShownApart } from '../../../../api/models';
import { Language } from '../../../core/language';
import { Toasting } from '../../../core/toasting';
import { Listing, paged } from '../../../ui/listing';
import { load } from '../../../ui/load';
import { WORDS } from './words';

/** What came in and cannot be used: why, and what it is; forgotten once it was dealt with. */
@Component({
  selector: 'pb-apart',
  imports: [Listing],
  template: `<section class="panel">
    <header>
      <h2>{{ own().apart }}</h2>
    </header>
    <p class="quiet prose told">{{ own().apartHint }}</p>
    <pb-listing [of]="page" [empty]="own().noApart" [lines]="3">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{{ own().why }}</th>
            <th scope="col" class="wide">{{ own().door }}</th>
            <th scope="col" class="wide">{{ own().place }}</th>
            <th scope="col">{{ own().when }}</th>
          </tr>
        </thead>
        <tbody>
          @for (each of page.value()?.items ?? []; track each.number; let first = $first) {
            <tr
              data-row
              [tabindex]="first ? 0 : -1"
              [class.here]="each.number === opened()"
              (click)="opened.set(each.number === opened() ? null : each.number)"
            >
              <td class="why">{{ each.why }}</td>
              <td class="wide mono">{{ each.door }}</td>
              <td class="wide mono">{{ each.place }}</td>
              <td class="whole" [title]="language.moment(each.time)">{{ language.relative(each.time) }}</td>
            </tr>
            @if (each.number === opened()) {
              <tr class="inside">
                <td colspan="4">
                  <p class="narrow mono">{{ each.door }} {{ each.place }}</p>
                  @if (each.content !== null) {
                    <pre class="mono" tabindex="0" role="region" [attr.aria-label]="own().content">{{
                      each.content
                    }}</pre>
                  } @else {
                    <p class="quiet">{{ own().noContent }}</p>
                  }
                  <button class="button small" type="button" (click)="drop(each)">{{ own().drop }}</button>
                </td>
              </tr>
            }
          }
        </tbody>
      </table>
    </pb-listing>
  </section>`,
  styleUrls: ['../parts.scss', '../details.scss'],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ApartList {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly all = load(() => this.api.invoke(listApart, {}));
  protected readonly page = paged(this.all);
  protected readonly opened = signal<number | null>(null);

  protected async drop({ number }: ShownApart): Promise<void> {
    if (await this.toasting.attempt(() => this.api.invoke(dropApart, { number }))) {
      this.toasting.show(this.own().dropped);
      this.opened.set(null);
      this.all.reload();
    }
  }
}
