import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';

export function System() {
  const { t } = useTranslation();
  return <PageHead title={t('system.title')} />;
}
