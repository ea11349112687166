import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { reviewSetting, setReview } from '../../../api/functions';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** Whether a second person must approve. */
@Component({
  selector: 'pb-review',
  imports: [State],
  template: `<section class="panel">
    <header>
      <h2>{{ own().sections['review'] }}</h2>
    </header>
    <div class="body">
      <pb-state [of]="setting" [lines]="2" />
      @if (setting.value(); as found) {
        <label class="check">
          <input
            type="checkbox"
            [checked]="found.four_eyes"
            [disabled]="!session.may('admin')"
            (change)="set($any($event.target).checked)"
          />
          {{ own().fourEyes }}
        </label>
        <p class="quiet prose">{{ own().fourEyesHint }}</p>
      }
    </div>
  </section>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Review {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly session = inject(Session);
  protected readonly own = inject(Language).of(WORDS);
  protected readonly setting = load(() => this.api.invoke(reviewSetting));

  protected async set(wanted: boolean): Promise<void> {
    if (await this.toasting.attempt(() => this.api.invoke(setReview, { body: { four_eyes: wanted } }))) {
      this.toasting.show(this.own().saved, () => this.set(!wanted));
    }
    this.setting.reload();
  }
}
