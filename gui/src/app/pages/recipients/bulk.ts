import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, signal, viewChild } from '@angular/core';

import { Released } from '../../../api/models';
import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Toasting } from '../../core/toasting';
import { Icon } from '../../ui/icon';
import { Store } from './store';
import { WORDS } from './words';

/** Everybody of the list is released, after a look at who that is. The button repeats the number. */
@Component({
  selector: 'pb-bulk',
  imports: [Icon],
  templateUrl: './bulk.html',
  styleUrl: './bulk.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Bulk {
  private readonly store = inject(Store);
  private readonly toasting = inject(Toasting);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly found = signal<Released | null>(null);
  protected readonly problem = signal('');
  protected readonly reason = signal('');
  protected readonly possible = computed(() => ['suppressed', 'paused'].includes(this.store.status() ?? ''));
  protected readonly shares = computed(() => {
    const found = this.found();
    const sorted = (counts: Record<string, number>) => Object.entries(counts).sort((a, b) => b[1] - a[1]);
    return found === null ? null : { providers: sorted(found.by_provider), categories: sorted(found.by_category) };
  });

  protected async open(): Promise<void> {
    this.found.set(null);
    this.problem.set('');
    this.dialog().nativeElement.showModal();
    try {
      this.found.set(await this.store.releaseAll('preview', true));
    } catch (error) {
      this.problem.set(this.language.said(problemOf(error)));
    }
  }

  protected async apply(event: Event): Promise<void> {
    event.preventDefault();
    try {
      const done = await this.store.releaseAll(this.reason(), false);
      this.dialog().nativeElement.close();
      this.toasting.show(this.own().bulkDone(this.language.number(done.released)));
    } catch (error) {
      this.problem.set(this.language.said(problemOf(error)));
    }
  }
}
