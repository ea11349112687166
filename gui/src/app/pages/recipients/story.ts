import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';

import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Status } from '../../ui/status';
import { Moments } from './moments';
import { Moment, Store, Story } from './store';
import { WORDS } from './words';

type Kind = 'release' | 'suppress' | 'note';

/** One sentence on top, a time line below, and the buttons that change what comes next. */
@Component({
  selector: 'pb-story',
  imports: [Moments, Status],
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
    if (!(await this.toasting.attempt(() => this.store.act(kind, address, reason)))) return;
    this.asking.set(null);
    if (kind === 'note') {
      this.toasting.show(own.noted);
      return;
    }
    // Only what the opposite brings back exactly can be undone: a pause cannot.
    const [back, undoable]: [Kind, boolean] =
      kind === 'release' ? ['suppress', was === 'suppressed'] : ['release', was === 'deliverable'];
    const undo = async () => {
      if (await this.toasting.attempt(() => this.store.act(back, address, own.undoReason))) {
        this.toasting.show(own.undone);
      }
    };
    const told = kind === 'release' ? own.released(address) : own.suppressed(address);
    this.toasting.show(told, undoable ? undo : undefined);
  }
}
