import { ChangeDetectionStrategy, Component, inject, output, signal } from '@angular/core';

import { Compared } from '../../api/models';
import { Language } from '../core/language';
import { Session } from '../core/session';
import { Toasting } from '../core/toasting';
import { Sheet } from '../ui/sheet';
import { State } from '../ui/state';
import { DraftStore } from './store';
import { WORDS } from './words';

/** Drafts in review and published versions on a time line; any two compared, any one brought back. */
@Component({
  selector: 'pb-versions',
  imports: [Sheet, State],
  templateUrl: './versions.html',
  styleUrl: './versions.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Versions {
  readonly closed = output();
  readonly restored = output();
  protected readonly store = inject(DraftStore);
  protected readonly session = inject(Session);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly compared = signal<Compared | null>(null);
  protected readonly old = signal('0');
  protected readonly wanted = signal('in-force');

  protected compare(): Promise<boolean> {
    return this.toasting.attempt(async () => this.compared.set(await this.store.compare(this.old(), this.wanted())));
  }

  protected restore(number: number): Promise<boolean> {
    return this.toasting.attempt(async () => {
      const version = await this.store.restore(number);
      this.restored.emit();
      this.toasting.show(this.own().restored(version.number));
    });
  }

  protected async fourEyes(event: Event): Promise<void> {
    const wanted = (event.target as HTMLInputElement).checked;
    if (!(await this.toasting.attempt(() => this.store.setFourEyes(wanted)))) {
      this.store.fourEyes.reload();
    }
  }

  protected shown(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  }
}
