import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { alarms } from '../../../api/functions';
import { AlarmRecord } from '../../../api/models';
import { ALARM_WORDS } from '../../core/alarm-words';
import { Language } from '../../core/language';
import { Icon } from '../../ui/icon';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

/** What is wrong now, or also what was. */
@Component({
  selector: 'pb-alarms',
  imports: [Icon, Listing, RouterLink],
  templateUrl: './alarms.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Alarms {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly summaries = this.language.of(ALARM_WORDS);
  protected readonly past = signal(false);
  protected readonly list = load(() => this.api.invoke(alarms, { standing: !this.past(), limit: 500 }));

  protected summary(alarm: AlarmRecord): string {
    return this.summaries()[alarm.kind] ?? alarm.summary;
  }

  /** A value of an alarm; limits below one are shares. */
  protected figure(alarm: AlarmRecord, value: number): string {
    return alarm.limit > 0 && alarm.limit < 1
      ? this.language.percent(value)
      : this.language.number(Math.round(value * 10) / 10);
  }
}
