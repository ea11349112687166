import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';

import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Status } from '../../ui/status';
import { Moment, Store, Story } from './store';
import { WORDS } from './words';

type Kind = 'release' | 'suppress' | 'note';

/** One sentence on top, a time line below, and the buttons that change what comes next. */
@Component({
  selector: 'pb-story',
  imports: [Fault, Icon, Status],
  templateUrl: './story.html',
  styleUrl: './story.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class StoryView {
  readonly story = input.required<Story>();
  readonly moments = input.required<Moment[]>();
  private readonly store = inject(Store);
  private readonly toasting = inject(Toasting);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly asking = signal<Kind | null>(null);
  protected readonly withheld = computed(() => ['paused', 'suppressed'].includes(this.story().status));

  protected async act(event: Event, kind: Kind): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason')).trim();
    const { address, status: was } = this.story();
    const own = this.own();
    try {
      await this.store.act(kind, address, reason);
      this.asking.set(null);
      if (kind === 'note') {
        this.toasting.show(own.noted);
        return;
      }
      // Only what the opposite brings back exactly can be undone: a pause cannot.
      const [back, undoable]: [Kind, boolean] =
        kind === 'release' ? ['suppress', was === 'suppressed'] : ['release', was === 'deliverable'];
      const undo = async () => {
        await this.store.act(back, address, own.undoReason);
        this.toasting.show(own.undone);
      };
      this.toasting.show(
        kind === 'release' ? own.released(address) : own.suppressed(address),
        undoable ? undo : undefined,
      );
    } catch (error) {
      this.toasting.problem(problemOf(error).detail);
    }
  }
}
