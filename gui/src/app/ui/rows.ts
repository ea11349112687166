import { Directive, ElementRef, inject } from '@angular/core';

/**
 * Lists that are walked through with the arrow keys (or j and k): put it on what holds them, `data-row` on each line. The
 * line with the focus is the only stop of the tab key; Enter clicks it.
 */
@Directive({
  selector: '[pbRows]',
  host: { '(keydown)': 'key($event)', '(focusin)': 'entered($event)' },
})
export class Rows {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected key(event: KeyboardEvent): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (row === null || event.target !== row || event.ctrlKey || event.metaKey) {
      return;
    }
    const all = [...this.host.querySelectorAll<HTMLElement>('[data-row]')];
    const at = all.indexOf(row);
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      row.click();
    }
  }

  protected entered(event: FocusEvent): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (row) {
      this.host.querySelectorAll<HTMLElement>('[data-row][tabindex="0"]').forEach((each) => (each.tabIndex = -1));
      row.tabIndex = 0;
    }
  }
}
