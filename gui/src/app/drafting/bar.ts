import { ChangeDetectionStrategy, Component, computed, inject, output, signal } from '@angular/core';

import { Language } from '../core/language';
import { Session } from '../core/session';
import { Toasting } from '../core/toasting';
import { Icon } from '../ui/icon';
import { DraftStore } from './store';
import { WORDS } from './words';

/** Which draft, and its next step: lint and examples are always known; replay, review, publish are asked for. */
@Component({
  selector: 'pb-draft-bar',
  imports: [Icon],
  templateUrl: './bar.html',
  styleUrl: './bar.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DraftBar {
  readonly published = output();
  readonly versions = output();
  protected readonly store = inject(DraftStore);
  protected readonly session = inject(Session);
  protected readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly naming = signal(false);

  protected readonly mine = computed(() => {
    const draft = this.store.draft.value();
    const name = this.session.user()?.name ?? '';
    return draft !== null && draft.authors.includes(name);
  });
  protected readonly needsReview = computed(
    () => (this.store.fourEyes.value()?.four_eyes ?? false) && this.store.draft.value()?.state !== 'approved',
  );
  protected readonly publishText = computed(() => {
    const replayed = this.store.replayed();
    const own = this.own();
    if (!this.store.isFresh() || replayed === null) {
      return own.publish(null);
    }
    if (replayed.verdicts) {
      return own.publish(this.language.number(replayed.verdicts.moved));
    }
    const count = (replayed.statuses?.flows ?? []).reduce((sum, flow) => sum + flow.count, 0);
    return own.publishStatuses(this.language.number(count));
  });

  protected pick(event: Event): void {
    this.store.choose((event.target as HTMLSelectElement).value || null);
  }

  protected async begin(event: Event): Promise<void> {
    event.preventDefault();
    const title = String(new FormData(event.target as HTMLFormElement).get('title')).trim();
    await this.toasting.attempt(async () => {
      await this.store.begin(title);
      this.naming.set(false);
    });
  }

  protected import(event: Event): Promise<boolean> {
    const field = event.target as HTMLInputElement;
    const file = field.files?.[0];
    return this.toasting.attempt(async () => {
      if (file) {
        const taken = await this.store.import(file.name, await file.text());
        field.value = '';
        this.published.emit();
        this.toasting.show(this.own().imported(taken));
      }
    });
  }

  protected publish(): Promise<boolean> {
    return this.toasting.attempt(async () => {
      const version = await this.store.publish();
      this.published.emit();
      this.toasting.show(this.own().published(version.number), () => this.takeBack(version.number - 1));
    });
  }

  private async takeBack(number: number): Promise<void> {
    await this.toasting.attempt(async () => {
      const version = await this.store.restore(number);
      this.published.emit();
      this.toasting.show(this.own().restored(version.number));
    });
  }

  protected discard(): Promise<boolean> {
    return this.toasting.attempt(async () => {
      await this.store.discard();
      this.toasting.show(this.own().discarded);
    });
  }
}
