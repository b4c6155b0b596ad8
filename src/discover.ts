// Cameras of the local network, for the command and whoever else wants to offer them.

export { discoverCameras, type DiscoveryOptions, type FoundCamera } from './camera/onvif-discovery.ts';
