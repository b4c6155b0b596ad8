// The only file that imports node-av (FFmpeg inside the process): what demux.ts, decode.ts and convert.ts need of it.

export { Decoder, Demuxer, HardwareContext } from 'node-av/api';
export {
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_RAWVIDEO,
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_NV21,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  SWS_AREA,
  type AVPixelFormat,
} from 'node-av/constants';
export {
  avGetCodecName,
  FFmpegError,
  Frame as NativeFrame,
  Log,
  Packet,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';
