import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Sections } from '../../ui/sections';
import { DriftList } from './drift';
import { LabellingQueue } from './labelling-queue';
import { ModelCard } from './model-card';
import { ProposalList } from './proposal-list';
import { Thresholds } from './thresholds';
import { WORDS } from './words';

/** What the model proposes, asks and knows of itself. */
@Component({
  selector: 'pb-proposals',
  imports: [DriftList, LabellingQueue, ModelCard, ProposalList, Sections, Thresholds],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly section = computed(() => this.filters.all()['section']);
  protected readonly sections = computed(() =>
    Object.entries(this.own().sections).map(([name, text]) => ({ name, text })),
  );
}
