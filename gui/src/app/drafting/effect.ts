import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Language } from '../core/language';
import { Session } from '../core/session';
import { Toasting } from '../core/toasting';
import { Fault } from '../ui/fault';
import { Icon } from '../ui/icon';
import { Status } from '../ui/status';
import { TemplateText } from '../ui/template-text';
import { DraftStore } from './store';
import { WORDS } from './words';

/** What publishing would change of what is stored: verdicts from old to new cause, and recipients' status. */
@Component({
  selector: 'pb-effect',
  imports: [Fault, Icon, Status, TemplateText],
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

  protected replay(): Promise<boolean> {
    return this.toasting.attempt(() => this.store.replay());
  }
}
