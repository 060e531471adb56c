import { describe, expect, it } from '@jest/globals';
import { whoTable } from '../../../local/cli/who-table';

describe('whoTable', () => {
  it('aligns people and their devices by what a terminal shows', () => {
    const people = [
      { userId: 'zoe', state: 'offline', lastSeen: Date.UTC(2026, 0, 2, 3, 4, 5), devices: [] },
      {
        userId: '张三',
        state: 'online',
        devices: [
          { connectionId: 'a=', connectedAt: Date.UTC(2026, 0, 2), sourceIp: '127.0.0.1', userAgent: 'wscat' },
          { connectionId: 'b=' },
        ],
      },
    ];

    const table = whoTable(people);

    expect(table.split('\n')).toEqual([
      'USER  STATE    LAST SEEN             DEVICES',
      'zoe   offline  2026-01-02 03:04:05Z',
      '张三  online   now                   a=  127.0.0.1  since 2026-01-02 00:00:00Z  wscat',
      '                                     b=',
      '',
      '1 of 2 online',
      '',
    ]);
  });

  it('says so when nobody is there', () => {
    expect(whoTable([])).toBe('Nobody has registered yet.\n');
  });
});
