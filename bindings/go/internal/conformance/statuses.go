package main

import "errors"

func statuses() []object {
	var all []object
	for _, row := range table {
		all = append(all, object{
			"status": row.status.String(), "code": int(row.status), "action": row.status.Action().String(),
			"error_type": known(row.name),
		})
	}
	return all
}

// sentinelName is the name of the one sentinel that errors.Is finds; null if it finds none, or several.
func sentinelName(err error) any {
	var names []string
	for _, row := range table {
		if row.sentinel != nil && errors.Is(err, row.sentinel) {
			names = append(names, row.name)
		}
	}
	if len(names) != 1 {
		return nil
	}
	return names[0]
}
