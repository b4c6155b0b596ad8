// A rule that tells of strangers, for tests and benchmarks: each says what it needs otherwise.

import type { RuleDefinition } from './alert-port.ts';

export const RULE: RuleDefinition = {
  name: 'Strangers',
  enabled: true,
  on: ['unknown'],
  persons: [],
  groups: [],
  cameras: [],
  zones: [],
  afterS: null,
  hours: null,
  cooldownS: 0,
  gatherS: 0,
  channels: [],
  actions: [],
};
