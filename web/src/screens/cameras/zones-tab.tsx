// Where faces count and where not, and which parts have a name, drawn on a picture of the camera.

import { ActionIcon, Alert, Button, Grid, Group, Paper, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPencil, IconSquare, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { saveCamera, type Camera } from './camera-data.ts';
import { FixedNote } from './fixed-note.tsx';
import { StillPicture } from './still-picture.tsx';
import { ZoneDrawing, type Drawing } from './zone-drawing.tsx';
import { ZoneNumbers } from './zone-numbers.tsx';
import { faultOf, isNameless, isSame, newZone, rectangle, settingsOf, zonesOf, type Kind, type Zone } from './zones.ts';

const KINDS = ['include', 'exclude', 'named'] as const satisfies readonly Kind[];

export function ZonesTab({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [stored, setStored] = useState(() => zonesOf(camera.settings));
  const [zones, setZones] = useState<readonly Zone[]>(stored);
  const [selected, setSelected] = useState<number | null>(stored[0]?.key ?? null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const disabled = camera.fixed || camera.settings === null;
  const isDirty = !isSame(zones, stored);
  const faulty = zones.find((zone) => faultOf(zone) !== null);
  const nameless = zones.find(isNameless);
  const canSave = isDirty && !faulty && !nameless;
  const current = zones.find(({ key }) => key === selected);

  function change(zone: Zone): void {
    setZones(zones.map((one) => (one.key === zone.key ? zone : one)));
  }

  function add(zone: Zone): void {
    setZones([...zones, zone]);
    setSelected(zone.key);
  }

  function finish(): void {
    if (drawing && drawing.corners.length >= 3) add(newZone(drawing.kind, drawing.corners));
    setDrawing(null);
  }

  useHotkeys([
    ['Escape', () => setDrawing(null)],
    ['Enter', () => drawing && finish()],
    ['mod+S', () => canSave && void save()],
  ]);

  async function save(): Promise<void> {
    if (camera.settings === null) return;
    setSaving(true);
    setProblem(null);
    try {
      await saveCamera(camera.id, { name: camera.name, settings: { ...camera.settings, ...settingsOf(zones) } });
      setStored([...zones]);
      await cache.invalidateQueries({ queryKey: ['cameras'] });
      tellDone(t('cameras.zones.saved'));
    } catch (error) {
      setProblem(messageOf(error));
    }
    setSaving(false);
  }

  return (
    <Stack>
      <LeaveGuard when={() => isDirty && !saving} />
      <FixedNote camera={camera} />
      <Text>{t('cameras.zones.text')}</Text>
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <StillPicture camera={camera}>
            {(size) => (
              <ZoneDrawing
                zones={zones}
                selected={selected}
                drawing={drawing}
                size={size}
                disabled={disabled}
                onSelect={setSelected}
                onChange={change}
                onDraw={(corners) => setDrawing(drawing && { ...drawing, corners })}
                onFinish={finish}
              />
            )}
          </StillPicture>
          {drawing && (
            <Group mt="xs" role="status">
              <Text size="sm">{t('cameras.zones.howTo', { count: drawing.corners.length })}</Text>
              <Button size="compact-sm" disabled={drawing.corners.length < 3} onClick={finish}>
                {t('cameras.zones.finish')}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setDrawing(null)}>
                {t('parts.cancel')}
              </Button>
            </Group>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            {KINDS.map((kind) => (
              <Paper key={kind} withBorder p="sm">
                <Stack gap="xs">
                  <Text fw={600}>{t(`cameras.zones.${kind}.title`)}</Text>
                  <Text size="sm" c="dimmed">
                    {t(`cameras.zones.${kind}.text`)}
                  </Text>
                  {zones
                    .filter((zone) => zone.kind === kind)
                    .map((zone, index) => (
                      <Group key={zone.key} justify="space-between" wrap="nowrap" gap="xs">
                        {kind === 'named' && (
                          <TextInput
                            size="xs"
                            flex={1}
                            maxLength={60}
                            disabled={disabled}
                            aria-label={t('cameras.zones.name', { number: index + 1 })}
                            placeholder={t('cameras.zones.namePlaceholder')}
                            value={zone.name}
                            error={isNameless(zone)}
                            onFocus={() => setSelected(zone.key)}
                            onChange={(event) => change({ ...zone, name: event.currentTarget.value })}
                          />
                        )}
                        <UnstyledButton
                          onClick={() => setSelected(zone.key)}
                          aria-pressed={zone.key === selected}
                          fw={zone.key === selected ? 700 : 400}
                        >
                          {t('cameras.zones.zone', { number: index + 1, count: zone.corners.length })}
                        </UnstyledButton>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          disabled={disabled}
                          aria-label={t('cameras.zones.remove', { number: index + 1 })}
                          onClick={() => setZones(zones.filter((one) => one !== zone))}
                        >
                          <IconTrash size={16} />
                        </ActionIcon>
                      </Group>
                    ))}
                  {!disabled && (
                    <Group gap="xs">
                      <Button
                        size="compact-sm"
                        variant="light"
                        leftSection={<IconPencil size={14} />}
                        onClick={() => setDrawing({ kind, corners: [] })}
                      >
                        {t('cameras.zones.draw')}
                      </Button>
                      <Button
                        size="compact-sm"
                        variant="default"
                        leftSection={<IconSquare size={14} />}
                        onClick={() => add(rectangle(kind))}
                      >
                        {t('cameras.zones.rectangle')}
                      </Button>
                    </Group>
                  )}
                </Stack>
              </Paper>
            ))}
            {current && (
              <details>
                <summary>{t('cameras.zones.numbers')}</summary>
                <ZoneNumbers zone={current} disabled={disabled} onChange={change} />
              </details>
            )}
            {faulty && (
              <Alert color="orange" role="alert" className="anyName">
                {t('cameras.zones.fault', { fault: faultOf(faulty) })}
              </Alert>
            )}
            {nameless && (
              <Text size="sm" c="dimmed" role="status">
                {t('cameras.zones.nameless')}
              </Text>
            )}
            {problem !== null && (
              <Alert color="red" role="alert" className="anyName">
                {problem}
              </Alert>
            )}
            {!disabled && (
              <Group>
                <Button loading={saving} disabled={!canSave} onClick={() => void save()}>
                  {t('cameras.zones.save')}
                </Button>
                {isDirty && (
                  <Button
                    variant="default"
                    onClick={() => {
                      setZones(stored);
                      setProblem(null);
                    }}
                  >
                    {t('cameras.settings.discard')}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
