/** Values of the `anthropic-version` header that the fake knows. */
export const API_VERSIONS = ['2023-06-01', '2026-10-21'] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** What differs between API versions. */
interface ApiRevision {
  /** Whether `temperature`, `top_p` and `top_k` exist. */
  readonly samplingParameters: boolean;
}

const REVISIONS: Record<ApiVersion, ApiRevision> = {
  '2023-06-01': { samplingParameters: true },
  '2026-10-21': { samplingParameters: false },
};

export function apiRevision(version: ApiVersion): ApiRevision {
  return REVISIONS[version];
}

export function isApiVersion(version: string): version is ApiVersion {
  return API_VERSIONS.some((known) => known === version);
}
