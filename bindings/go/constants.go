package mpmeter

// The C header's flags, by its numbers: MPMETER_METER_…, MPMETER_SEND_…, MPMETER_USAGE_….
const (
	meterWholeUnits uint32 = 1
	meterHoldLate   uint32 = 2
	sendFinal       uint32 = 1
	usageDryRun     uint32 = 1
)
