import { TestBed } from '@angular/core/testing';

import { Spark } from './spark';

describe('pb-spark', () => {
  it('leaves gaps as gaps, with zero at the bottom', () => {
    const fixture = TestBed.createComponent(Spark);
    fixture.componentRef.setInput('values', [0, 4, null, 2]);
    fixture.detectChanges();
    const path = (fixture.nativeElement as HTMLElement).querySelector('path')?.getAttribute('d');
    expect(path).toBe('M0 22.0L4 2.0M12 12.0');
  });
});
