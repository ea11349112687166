import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { liftStop, stops } from '../../../api/functions';
import { StopRecord } from '../../../api/models';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

/** Campaigns that should stop; let go on with a reason. */
@Component({
  selector: 'pb-stops',
  imports: [Listing],
  templateUrl: './stops.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Stops {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly stops = load(() =>
    this.session.may('feed') ? this.api.invoke(stops, { standing: false }) : Promise.resolve({ items: [] }),
  );

  protected async lift(event: Event, stop: StopRecord): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason')).trim();
    if (await this.toasting.attempt(() => this.api.invoke(liftStop, { number: stop.stop, body: { reason } }))) {
      this.toasting.show(this.own().lifted(stop.campaign));
      this.stops.reload();
    }
  }
}
