import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { ResponsesStore } from './store';

/** One response: what it says, why it was judged so, what to do. */
@Component({
  selector: 'pb-response-detail',
  imports: [Fault, RouterLink, Sheet, State, TemplateText],
  templateUrl: './detail.html',
  styleUrl: './detail.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ResponseDetail {
  protected readonly store = inject(ResponsesStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
}
