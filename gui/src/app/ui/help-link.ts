import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../core/language';
import { Icon } from './icon';

/** A "?" that leads to the place of the help that tells of a page or a word. */
@Component({
  selector: 'pb-help-link',
  imports: [Icon, RouterLink],
  template: `<a
    class="button bare icon"
    [class.small]="size() < 18"
    routerLink="/help"
    [queryParams]="{ topic: topic() }"
    queryParamsHandling="merge"
    [attr.aria-label]="label()"
    [title]="label()"
    ><pb-icon name="help" [size]="size()"
  /></a>`,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class HelpLink {
  /** A page ("rules") or a word of the glossary ("hard-bounce"). */
  readonly topic = input.required<string>();
  /** What it tells of, as the reader calls it. */
  readonly about = input.required<string>();
  readonly size = input(14);
  private readonly words = inject(Language).words;
  protected readonly label = computed(() => this.words().frame.helpOn(this.about()));
}
