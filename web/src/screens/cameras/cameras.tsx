import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';

export function Cameras() {
  const { t } = useTranslation();
  return <PageHead title={t('cameras.title')} />;
}
