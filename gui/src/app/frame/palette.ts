import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, signal, viewChild } from '@angular/core';
import { Params, Router } from '@angular/router';

import { Appearance } from '../core/appearance';
import { Language } from '../core/language';
import { Session } from '../core/session';
import { Icon } from '../ui/icon';
import { PAGES } from './pages';
import { destinations } from './search';

interface Command {
  icon: string;
  name: string;
  run: () => void;
}

/** `Ctrl K`: pages, settings of the display, and where a text can be looked for. */
@Component({
  selector: 'pb-palette',
  imports: [Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Palette {
  private readonly router = inject(Router);
  private readonly language = inject(Language);
  private readonly appearance = inject(Appearance);
  private readonly session = inject(Session);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly words = this.language.words;
  protected readonly text = signal('');
  protected readonly at = signal(0);

  protected readonly commands = computed<Command[]>(() => {
    const text = this.text().trim();
    const wanted = text.toLowerCase();
    const found = this.fixed().filter((each) => each.name.toLowerCase().includes(wanted));
    const looked =
      text.length < 2
        ? []
        : destinations(text, this.words()).map((each) => ({
            icon: each.icon,
            name: each.name,
            run: () => this.go(each.path, each.params),
          }));
    return [...found, ...looked];
  });

  private fixed(): Command[] {
    const words = this.words();
    return [
      ...PAGES.filter((page) => this.session.may(page.scope)).map((page) => ({
        icon: page.icon,
        name: words.frame.goTo(page.name(words)),
        run: () => this.go([page.path]),
      })),
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        icon: 'dashboard',
        name: `${words.frame.theme}: ${words.frame.themes[theme]}`,
        run: () => this.appearance.theme.set(theme),
      })),
      ...(['dense', 'comfortable'] as const).map((density) => ({
        icon: 'menu',
        name: `${words.frame.density}: ${words.frame.densities[density]}`,
        run: () => this.appearance.density.set(density),
      })),
      { icon: 'flag', name: 'Deutsch', run: () => this.language.code.set('de') },
      { icon: 'flag', name: 'English', run: () => this.language.code.set('en') },
    ];
  }

  open(): void {
    this.text.set('');
    this.at.set(0);
    this.dialog().nativeElement.showModal();
  }

  protected leave(event: Event): void {
    const dialog = this.dialog().nativeElement;
    if (event.target === dialog) dialog.close();
  }

  protected write(event: Event): void {
    this.text.set((event.target as HTMLInputElement).value);
    this.at.set(0);
  }

  protected key(event: KeyboardEvent): void {
    const count = this.commands().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && count) {
      event.preventDefault();
      this.at.update((at) => (at + step + count) % count);
      document.getElementById(`command-${this.at()}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.run(this.commands()[this.at()]);
    }
  }

  protected run(command: Command | undefined): void {
    if (command) {
      this.dialog().nativeElement.close();
      command.run();
    }
  }

  private go(path: string[], params?: Params): void {
    void this.router.navigate(path, params ? { queryParams: params } : { queryParamsHandling: 'preserve' });
  }
}
