import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  untracked,
} from '@angular/core';

import { BeginState, WAYS, Way } from '../../core/begin';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { TourState } from '../../core/tour';
import { Icon } from '../../ui/icon';
import { Sources } from '../integrations/sources';
import { Arrived } from './arrived';
import { Demo } from './demo';
import { FollowedLog } from './followed-log';
import { Mailbox } from './mailbox';
import { OverHttp } from './over-http';
import { Upload } from './upload';
import { WORDS } from './words';

const ICONS: Record<Way, string> = {
  file: 'upload',
  webhook: 'integrations',
  mailbox: 'message',
  log: 'templates',
  http: 'transport',
};
/** What somebody must be allowed to do to go a way. */
const NEEDS: Record<Way, 'admin' | 'ingest'> = {
  file: 'ingest',
  webhook: 'admin',
  mailbox: 'admin',
  log: 'admin',
  http: 'admin',
};

/** From an empty store to the first own data in three steps: choose where bounces come from, connect, see them. */
@Component({
  selector: 'pb-begin',
  imports: [Arrived, Demo, FollowedLog, Icon, Mailbox, OverHttp, Sources, Upload],
  templateUrl: './begin.html',
  styleUrl: './begin.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Begin {
  private readonly session = inject(Session);
  protected readonly state = inject(BeginState);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly ways = computed(() =>
    WAYS.map((way) => {
      const [name = way, about = ''] = this.own().ways[way] ?? [];
      return { way, name, about, icon: ICONS[way], lacks: this.session.may(NEEDS[way]) ? null : NEEDS[way] };
    }),
  );
  protected readonly mayAny = computed(() => this.session.may('ingest'));
  /** What this user lacks for the way that was chosen, perhaps by another one of this browser. */
  protected readonly lacks = computed(() => this.ways().find((each) => each.way === this.state.way())?.lacks ?? null);

  constructor() {
    const tour = inject(TourState);
    tour.waits.set(true);
    inject(DestroyRef).onDestroy(() => tour.waits.set(false));
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    let before = untracked(this.state.step);
    effect(() => {
      const step = this.state.step();
      if (step === before) return;
      before = step;
      // Who goes on by keyboard goes on reading at the new step.
      setTimeout(() => host.querySelector<HTMLElement>('h2')?.focus());
    });
  }
}
