import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Language } from '../core/language';
import { Session } from '../core/session';
import { Toasting } from '../core/toasting';
import { Fault } from '../ui/fault';
import { HelpLink } from '../ui/help-link';
import { Icon } from '../ui/icon';
import { Status } from '../ui/status';
import { TemplateText } from '../ui/template-text';
import { DraftStore } from './store';
import { WORDS } from './words';

/** What publishing would change of what is stored: verdicts from old to new cause, and recipients' status. */
@Component({
  selector: 'pb-effect',
  imports: [Fault, HelpLink, Icon, Status, TemplateText],
  templateUrl: './effect.html',
  styleUrl: './effect.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Effect {
  protected readonly store = inject(DraftStore);
  protected readonly session = inject(Session);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly most = computed(() =>
    Math.max(1, ...(this.store.replayed()?.verdicts?.flows ?? []).map((flow) => flow.count)),
  );
  protected readonly providers = computed(() =>
    Object.entries(this.store.replayed()?.verdicts?.by_provider ?? {}).sort((a, b) => b[1] - a[1]),
  );
  /** How far the replay is. */
  protected readonly told = computed(() => {
    const replayed = this.store.replayed();
    const progress = this.store.progress();
    const number = (value: number) => this.language.number(value);
    return progress === null || replayed === null
      ? this.own().judging
      : this.own().running(number(replayed.judged ?? 0), number(replayed.statuses?.touched ?? 0));
  });

  /** What comes after an estimate, by the state of its replay. */
  protected after(state: string): string {
    return this.own().after[state] ?? '';
  }

  protected cancel(): Promise<boolean> {
    return this.toasting.attempt(() => this.store.cancel());
  }

  protected replay(): Promise<boolean> {
    return this.toasting.attempt(() => this.store.replay());
  }
}
