import fc from 'fast-check';

// The suite is the same on every run; FC_SEED explores elsewhere and reproduces what was found.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });
