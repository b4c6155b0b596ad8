// Does it work? The report with its plots, and what to do about what it finds.

import { Button, Group, Loader, Menu, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconExternalLink, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { When } from '../../parts/when.tsx';
import { Findings } from './findings.tsx';
import { Plots } from './plots.tsx';
import { useReport, useReportProgress } from './report.ts';
import { Results, Tables } from './tables.tsx';
import { Verdict } from './verdict.tsx';

const PAGE = '/api/v1/report.html';

export function Reports() {
  const { t, i18n } = useTranslation();
  const { data: report, error, isFetching, refetch } = useReport();
  const progress = useReportProgress(isFetching);

  function saveJson(): void {
    const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'kith-report.json';
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <>
      <PageHead title={t('reports.title')}>
        {report && (
          <Text size="sm" c="dimmed" component="div">
            {t('reports.made', { when: '' })}
            <When at={report.madeAt} inherit span />
          </Text>
        )}
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={isFetching}
          title={t('reports.againHint')}
          onClick={() => void refetch()}
        >
          {t('reports.again')}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<IconDownload size={16} />} disabled={!report}>
              {t('reports.download')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" href={PAGE} download="kith-report.html">
              {t('reports.html')}
            </Menu.Item>
            <Menu.Item onClick={saveJson}>{t('reports.json')}</Menu.Item>
            <Menu.Item component="a" href={PAGE} target="_blank" rightSection={<IconExternalLink size={14} />}>
              {t('reports.print')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </PageHead>
      <Stack>
        {isFetching && <Making progress={progress} />}
        {error && !isFetching && <Failed error={error} onRetry={() => void refetch()} />}
        {report && (
          <>
            {i18n.language !== 'en' && (
              <Text size="xs" c="dimmed">
                {t('reports.inEnglish')}
              </Text>
            )}
            <Verdict report={report} />
            {report.known.photos > 0 && report.histogram.edges.length > 0 && (
              <Plots report={report}>
                <Results report={report} />
              </Plots>
            )}
            <Findings report={report} />
            <Tables report={report} />
          </>
        )}
      </Stack>
    </>
  );
}

function Making({ progress }: { readonly progress: { readonly done: number; readonly total: number } | null }) {
  const { t } = useTranslation();
  const isCounted = progress !== null && progress.total > 0;
  return (
    <Paper withBorder p="md" role="status">
      <Group wrap="nowrap" gap="sm">
        <Loader size="sm" />
        <Text size="sm">
          {t('reports.making')} {isCounted && t('reports.progress', progress)}
        </Text>
      </Group>
      <Progress
        mt="sm"
        size="sm"
        value={isCounted ? (100 * progress.done) / progress.total : 100}
        animated={!isCounted}
        aria-label={t('reports.making')}
      />
    </Paper>
  );
}
