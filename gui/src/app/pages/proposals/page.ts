import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Sections, parts } from '../../ui/sections';
import { DriftList } from './drift';
import { LabellingQueue } from './labelling-queue';
import { ModelCard } from './model-card';
import { ProposalList } from './proposal-list';
import { Thresholds } from './thresholds';
import { WORDS } from './words';

const PARTS = { proposals: 'read', queue: 'read', thresholds: 'read', drift: 'read', model: 'read' };

/** What the model proposes, asks and knows of itself. */
@Component({
  selector: 'pb-proposals',
  imports: [DriftList, LabellingQueue, ModelCard, ProposalList, Sections, Thresholds],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly parts = parts(PARTS, () => this.own().sections);
}
