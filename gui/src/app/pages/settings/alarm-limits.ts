import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { alarmLimits, changeAlarmLimits } from '../../../api/functions';
import { LimitShown } from '../../../api/models';
import { ALARM_WORDS } from '../../core/alarm-words';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** From when something is an alarm, changed while the server runs; and who is told. */
@Component({
  selector: 'pb-alarm-limits',
  imports: [RouterLink, State],
  templateUrl: './alarm-limits.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AlarmLimits {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  private readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly summaries = this.language.of(ALARM_WORDS);
  protected readonly found = load(() => this.api.invoke(alarmLimits));
  protected readonly mayChange = computed(() => this.session.may('admin'));
  /** What was typed and is not saved yet, by name. */
  protected readonly typed = signal<Record<string, string>>({});
  protected readonly isTouched = computed(() => Object.keys(this.typed()).length > 0);

  /** Alarms with their limits, in the order of the server. */
  protected readonly groups = computed(() => {
    const found = this.found.value();
    return (found?.kinds ?? []).map(({ kind, summary }) => ({
      kind,
      summary: this.summaries()[kind] ?? summary,
      limits: (found?.items ?? []).filter((limit) => limit.kind === kind),
    }));
  });

  /** Shares are typed as per cent. */
  protected shown(limit: LimitShown, value: number): string {
    return String(limit.unit === 'share' ? Number((value * 100).toPrecision(8)) : value);
  }

  protected type(name: string, text: string): void {
    this.typed.update((all) => ({ ...all, [name]: text }));
  }

  protected save(event: Event): Promise<void> {
    event.preventDefault();
    const before: Record<string, number | null> = {};
    const values: Record<string, number | null> = {};
    for (const limit of this.found.value()?.items ?? []) {
      const text = this.typed()[limit.name]?.trim();
      if (text !== undefined && text !== this.shown(limit, limit.value)) {
        before[limit.name] = limit.changed ? limit.value : null;
        values[limit.name] = text === '' ? null : Number(text) / (limit.unit === 'share' ? 100 : 1);
      }
    }
    return Object.keys(values).length ? this.change(values, before) : Promise.resolve(this.typed.set({}));
  }

  private async change(
    values: Record<string, number | null>,
    before: Record<string, number | null> | null,
  ): Promise<void> {
    if (await this.toasting.attempt(() => this.api.invoke(changeAlarmLimits, { body: { values } }))) {
      this.typed.set({});
      const undo = before === null ? undefined : () => this.change(before, null);
      this.toasting.show(this.own().savedLimits(Object.keys(values).length), undo);
      this.found.reload();
    }
  }
}
